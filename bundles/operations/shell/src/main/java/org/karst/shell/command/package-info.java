/**
 * The commands of scope {@code karst}: each asks a question of {@link org.karst.questions.Questions} and prints the answer, as
 * text or with {@code --json} as JSON.
 *
 * <p>{@code karst:kubeconfig}, {@code karst:backup} and {@code karst:restore} ask nothing: they have the API server do something.
 *
 * <p>Law: a command has no knowledge of its own; REST answers the same question with the same record.
 */
package org.karst.shell.command;
