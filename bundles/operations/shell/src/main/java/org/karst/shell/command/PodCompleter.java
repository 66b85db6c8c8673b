package org.karst.shell.command;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Pods;
import org.karst.questions.Questions;

/** Completes names of pods with their namespaces. */
@Service
public final class PodCompleter extends NameCompleter {
    @Override
    CompletionStage<? extends Collection<String>> names(Questions asked) {
        return asked.pods(Optional.empty())
                .thenApply(answer ->
                        answer.pods().stream().map(Pods.Row::pod).distinct().toList());
    }
}
