import { declareTestsOf } from '../_support/tests-of.ts';

declareTestsOf('test/authentication/**/*.test.ts');
