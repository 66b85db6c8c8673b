package org.karst.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/**
 * What the code of a feature may not do: know anything but the core's three bundles, and anything that makes a rule impure.
 * The builder's generated manifest and the container check the rest.
 */
public final class FeatureLaws {
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
                        "java.lang..",
                        "java.util..",
                        "java.nio",
                        "org.osgi.service.component.annotations..")
                .because("a feature knows pipeline, model and incremental, and nothing else of Karst or of the world")
                .check(feature);
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.System")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.lang.reflect..", "java.util.logging..")
                .because("a rule is pure: no threads, no clock, no chance, no reflection")
                .check(feature);
        fields().that()
                .areStatic()
                .should()
                .beFinal()
                .because("there is no static mutable state")
                .check(feature);
    }
}
