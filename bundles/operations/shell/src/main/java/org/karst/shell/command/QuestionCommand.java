package org.karst.shell.command;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.karst.questions.Answer;
import org.karst.questions.QuestionException;
import org.karst.questions.Questions;

/** A command that asks and prints. The fields are filled in by the shell. */
abstract class QuestionCommand implements Action {
    private static final long PATIENCE_SECONDS = 30;

    @Reference
    Questions questions;

    @Option(name = "--json", description = "Prints JSON instead of text")
    boolean json;

    abstract CompletionStage<? extends Answer> ask(Questions asked);

    /** How long the answer may take. */
    long patienceSeconds() {
        return PATIENCE_SECONDS;
    }

    @Override
    public final Object execute() throws Exception {
        Answer answer = get(ask(questions), patienceSeconds());
        System.out.println(json ? answer.json() : answer.text());
        return null;
    }

    static <T> T get(CompletionStage<T> stage, long patienceSeconds) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(patienceSeconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof QuestionException question) {
                throw question;
            }
            throw new IllegalStateException("the controller could not answer: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the controller gave no answer in " + patienceSeconds + " s", e);
        }
    }
}
