package org.karst.shell.command;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.karst.questions.Questions;

/** Completes names that the controller knows. */
abstract class NameCompleter implements Completer {
    private static final long PATIENCE_SECONDS = 2;

    @Reference
    Questions questions;

    abstract CompletionStage<? extends Collection<String>> names(Questions asked);

    @Override
    public final int complete(Session session, CommandLine line, List<String> candidates) {
        try {
            return new StringsCompleter(QuestionCommand.get(names(questions), PATIENCE_SECONDS))
                    .complete(session, line, candidates);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        } catch (RuntimeException e) {
            // A controller that does not answer completes nothing; the command itself will say why.
            return -1;
        }
    }
}
