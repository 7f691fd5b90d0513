import { declareTestsOf } from '../_support/tests-of.ts';

declareTestsOf('test/entra/**/*.test.ts');
