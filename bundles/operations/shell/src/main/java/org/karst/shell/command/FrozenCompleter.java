package org.karst.shell.command;

import java.util.Collection;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.controller.StageStatus;
import org.karst.questions.Questions;
import org.karst.questions.Slots;

/** Completes names of features that guard without their bundles. */
@Service
public final class FrozenCompleter extends NameCompleter {
    @Override
    CompletionStage<? extends Collection<String>> names(Questions asked) {
        return asked.slots().thenApply(answer -> answer.slots().stream()
                .flatMap(slot -> slot.stages().stream())
                .filter(stage -> stage.state() == StageStatus.State.FROZEN)
                .map(Slots.StageRow::feature)
                .collect(Collectors.toCollection(TreeSet::new)));
    }
}
