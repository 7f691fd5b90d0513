import { declareTestsOf } from '../_support/tests-of.ts';

declareTestsOf('test/principal/**/*.test.ts');
