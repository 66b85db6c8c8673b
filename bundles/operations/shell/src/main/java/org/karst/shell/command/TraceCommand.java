package org.karst.shell.command;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.Questions;
import org.karst.questions.TraceRequest;

/** {@code karst:trace}. */
@Service
@Command(
        scope = "karst",
        name = "trace",
        description = "What becomes of the first packet of a connection: verdicts, rules, way",
        detailedDescription =
                """
                karst:trace shop/web shop/store tcp 80
                    From a pod to a pod. Each node's switch on the way is asked what it does with the packet.
                karst:trace node-1 shop/store
                    From a node; without a protocol it is tcp 80.
                karst:trace 192.0.2.7 shop/store udp 53
                    From an address outside, let in by the pod's node.
                karst:trace -6 shop/web shop/store icmp
                    An echo request over IPv6.
                """)
public final class TraceCommand extends QuestionCommand {
    @Argument(
            index = 0,
            name = "words",
            description =
                    "SRC DST [tcp|udp|sctp|icmp [PORT]]; SRC and DST are NAMESPACE/POD, a node's name or an address",
            required = true,
            multiValued = true)
    @Completion(EndCompleter.class)
    List<String> words;

    @Option(name = "-4", description = "IPv4 only")
    boolean four;

    @Option(name = "-6", description = "IPv6 only")
    boolean six;

    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        Optional<String> family = four == six ? Optional.empty() : Optional.of(four ? "4" : "6");
        return asked.trace(TraceRequest.parse(words, family));
    }
}
