package org.karst.shell.command;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.FlowFilter;
import org.karst.questions.Questions;

/** {@code karst:flows}. */
@Service
@Command(scope = "karst", name = "flows", description = "The flows that are wanted, and what the switches have counted")
public final class FlowsCommand extends QuestionCommand {
    @Option(name = "--node", description = "Only flows of this node")
    @Completion(NodeCompleter.class)
    String node;

    @Option(name = "--slot", description = "Only flows of this slot")
    @Completion(SlotCompleter.class)
    String slot;

    @Option(
            name = "--pod",
            description = "Only flows that match or write an address or the port of this pod: NAMESPACE/NAME")
    @Completion(PodCompleter.class)
    String pod;

    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        return asked.flows(
                new FlowFilter(Optional.ofNullable(node), Optional.ofNullable(slot), Optional.ofNullable(pod)));
    }
}
