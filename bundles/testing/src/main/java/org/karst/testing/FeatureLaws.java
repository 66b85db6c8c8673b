package org.karst.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Random;
import java.util.Scanner;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;

/**
 * What the code of a feature may not do: know anything but the core's three bundles, and anything that makes a rule impure.
 * The builder's generated manifest and the container check the rest.
 */
public final class FeatureLaws {
    private static final DescribedPredicate<JavaClass> IMPURE = JavaClass.Predicates.belongToAnyOf(
            ClassLoader.class,
            Process.class,
            ProcessBuilder.class,
            Random.class,
            Runtime.class,
            Scanner.class,
            ServiceLoader.class,
            SplittableRandom.class,
            System.class,
            Thread.class,
            ThreadLocal.class,
            Timer.class);

    private FeatureLaws() {}

    /**
     * Checks the classes of a feature's package, tests excepted.
     *
     * @throws AssertionError with each violation
     */
    public static void check(String packageName) {
        JavaClasses feature = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(packageName, "org.karst.network");
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        packageName + "..",
                        "org.karst.network..",
                        "org.karst.pipeline",
                        "org.karst.model",
                        "org.karst.incremental",
                        "java.lang",
                        "java.lang.annotation",
                        "java.lang.invoke",
                        "java.lang.runtime",
                        "java.util",
                        "java.util.function",
                        "java.util.regex",
                        "java.util.stream",
                        "java.nio",
                        "java.nio.charset",
                        "org.osgi.service.component.annotations..")
                .because("a feature knows pipeline, model and incremental, and nothing else of Karst or of the world")
                .check(feature);
        noClasses()
                .should()
                .dependOnClassesThat(IMPURE)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .because("a rule is pure: no threads, no clock, no chance, no reflection, nothing of the process")
                .check(feature);
        fields().that()
                .areStatic()
                .should()
                .beFinal()
                .because("there is no static mutable state")
                .check(feature);
    }
}
