package org.karst.shell.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Nodes;
import org.karst.questions.Pods;
import org.karst.questions.Questions;

/** Completes ends of a connection: pods, nodes, and the words that may follow. */
@Service
public final class EndCompleter extends NameCompleter {
    private static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp", "icmp");

    @Override
    CompletionStage<? extends Collection<String>> names(Questions asked) {
        return asked.pods(Optional.empty()).thenCombine(asked.nodes(), (pods, nodes) -> {
            List<String> all = new ArrayList<>(PROTOCOLS);
            pods.pods().stream().map(Pods.Row::pod).distinct().forEach(all::add);
            nodes.nodes().stream().map(Nodes.Row::name).forEach(all::add);
            return all;
        });
    }
}
