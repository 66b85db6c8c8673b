/**
 * Coverage-guided fuzzing of the functions that read what others send.
 *
 * <p>Why it exists: a parser's bugs hide behind conditions that random bytes do not meet. The fuzzer sees which branches an input
 * takes and with what its bytes are compared, and makes its way from there.
 *
 * <p>Vocabulary: a <em>target</em> is a class with {@code public static void fuzzerTestOneInput(byte[])} that throws when its
 * parser does what it must not. A <em>corpus</em> is a folder with inputs to begin with, committed beside the test. A <em>planted
 * bug</em> is a target with a defect on purpose: if the fuzzer did not find it, that it finds nothing elsewhere would mean nothing.
 */
package org.karst.testing.fuzzing;
