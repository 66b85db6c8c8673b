/**
 * How the engine works inside.
 *
 * <p>{@code World} holds the {@code Definitions} and runs a step: tables and indexes take over what was written and tell
 * the {@code Evaluator} which cells changed; it evaluates what is due, rank by rank, and units hand their items to the
 * {@code Claims}, which know at the end what changed for the outside. What nobody reads any more is forgotten.
 *
 * <p>Review notes. A change here must keep: facts are settled before any evaluation; a cell is evaluated only when all
 * of lower rank are up to date; authors' code is called in {@code Derived.compute} and {@code RowIndex.checked} only;
 * links between cells are made and cut in {@code Evaluator.commit} and {@code bury} only; nothing iterates over all cells
 * in a step.
 */
package org.karst.incremental.internal;
