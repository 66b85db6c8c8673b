/**
 * The commands of scope {@code karst}: each asks a question of {@link org.karst.questions.Questions} and prints the answer, as
 * text or with {@code --json} as JSON.
 *
 * <p>{@code karst:kubeconfig} alone asks nothing: it has the API server let somebody in.
 *
 * <p>Law: a command has no knowledge of its own; REST answers the same question with the same record.
 */
package org.karst.shell.command;
