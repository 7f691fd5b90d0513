import { declareTestsOf } from '../_support/tests-of.ts';

declareTestsOf('test/server/**/*.test.ts');
