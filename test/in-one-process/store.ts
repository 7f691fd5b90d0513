import { declareTestsOf } from '../_support/tests-of.ts';

declareTestsOf('test/store/**/*.test.ts');
