package org.karst.shell.command;

import java.util.Collection;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Questions;

/** Completes names of slots. */
@Service
public final class SlotCompleter extends NameCompleter {
    @Override
    CompletionStage<? extends Collection<String>> names(Questions asked) {
        return asked.slots()
                .thenApply(answer ->
                        answer.slots().stream().map(row -> row.slot().name()).toList());
    }
}
