package org.karst.shell.command;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.QuestionException;
import org.karst.questions.Questions;

/** {@code karst:release}. */
@Service
@Command(
        scope = "karst",
        name = "release",
        description = "Takes a feature that guards, and whose bundle is gone, out of the packets' way",
        detailedDescription =
                """
                A feature that denies, such as network-policy, stays in force as it was when its bundle stopped or was
                uninstalled, because an empty slot lets everything pass. karst:slots shows its stages as frozen.
                karst:release network-policy --open
                    Lets everything pass that it denied.
                """)
public final class ReleaseCommand extends QuestionCommand {
    private static final String OPEN = "--open";

    /** The shell takes an option that comes after an argument for an argument. */
    @Argument(
            index = 0,
            name = "name",
            description = "A feature, or one of its stages",
            required = true,
            multiValued = true)
    @Completion(FrozenCompleter.class)
    List<String> words;

    @Option(name = OPEN, description = "Says that what it denied shall pass; without it nothing happens")
    boolean open;

    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        List<String> names = words.stream().filter(word -> !word.equals(OPEN)).toList();
        if (names.size() != 1) {
            throw QuestionException.invalid("karst:release takes one name");
        }
        String name = names.get(0);
        if (!open && !words.contains(OPEN)) {
            throw QuestionException.invalid(
                    "what " + name + " denied would pass from then on; say so: karst:release " + name + " --open");
        }
        return asked.release(name);
    }
}
