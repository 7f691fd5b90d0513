import { declareTestsOf } from '../_support/tests-of.ts';

declareTestsOf('test/emulator/**/*.test.ts');
