/**
 * Tests of laws: a law must hold for any sequence of edits, so it is tried with many random ones, from fixed seeds. When one
 * breaks it, a shortest sequence that still does is looked for and told.
 *
 * <p>A module of its own without dependencies, so that the tests of any module may use it, those of the engine included.
 */
package org.karst.testing.seeded;
