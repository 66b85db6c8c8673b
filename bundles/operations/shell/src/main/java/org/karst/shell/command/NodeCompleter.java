package org.karst.shell.command;

import java.util.Collection;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Nodes;
import org.karst.questions.Questions;

/** Completes names of nodes. */
@Service
public final class NodeCompleter extends NameCompleter {
    @Override
    CompletionStage<? extends Collection<String>> names(Questions asked) {
        return asked.nodes()
                .thenApply(
                        answer -> answer.nodes().stream().map(Nodes.Row::name).toList());
    }
}
