import { declareTestsOf } from '../_support/tests-of.ts';

declareTestsOf('test/config/**/*.test.ts');
