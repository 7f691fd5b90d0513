import { declareTestsOf } from '../_support/tests-of.ts';

declareTestsOf('test/session/**/*.test.ts');
