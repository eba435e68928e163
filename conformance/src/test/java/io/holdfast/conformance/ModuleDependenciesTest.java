package io.holdfast.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what each module may use to the table of modules in docs/ARCHITECTURE.md. */
class ModuleDependenciesTest {
    private static final JavaClasses HOLDFAST = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.holdfast");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "protocol",
                "transport",
                "store",
                "server",
                "client",
                "cli",
                "simulation",
                "benchmarks",
                "conformance"
            })
    void theseRulesSeeEveryModule(String module) {
        assertThat(HOLDFAST)
                .as("classes of %s on the class path of this test", module)
                .anyMatch(type -> type.getPackageName().startsWith("io.holdfast." + module));
    }

    @Test
    void protocolUsesTheJdkAndNullnessAnnotationsOnly() {
        mayOnlyUse("protocol", "java..", "org.jspecify..");
    }

    @Test
    void transportUsesProtocolAndNettyOnly() {
        mayOnlyUse(
                "transport",
                "java..",
                "jdk.net..",
                "javax.net.ssl..",
                "org.jspecify..",
                "io.netty..",
                "io.holdfast.protocol..");
    }

    @Test
    void storeUsesProtocolOnly() {
        mayOnlyUse("store", "java..", "org.jspecify..", "io.holdfast.protocol..");
    }

    @Test
    void simulationUsesProtocolAndTheStoresOnly() {
        mayOnlyUse(
                "simulation",
                "java..",
                "org.jspecify..",
                "io.holdfast.protocol..",
                "io.holdfast.store..");
    }

    @Test
    void nothingUsesTheSimulation() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.holdfast.simulation..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.holdfast.simulation..")
                .check(HOLDFAST);
    }

    /** So that it runs on a simulated disk, step by step. */
    @Test
    void theLogOfTheStoreKnowsNeitherFilesNorThreads() {
        noClasses()
                .that()
                .resideInAPackage("io.holdfast.store.log..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.nio.channels..")
                        .or(type(Thread.class))
                        .or(assignableTo(Lock.class))
                        .or(assignableTo(Executor.class)))
                .check(HOLDFAST);
    }

    @Test
    void serverUsesNoModuleButProtocolTransportAndStore() {
        classes()
                .that()
                .resideInAPackage("io.holdfast.server..")
                .should()
                .onlyDependOnClassesThat(not(resideInAnyPackage("io.holdfast.."))
                        .or(resideInAnyPackage(
                                "io.holdfast.server..",
                                "io.holdfast.transport..",
                                "io.holdfast.store..",
                                "io.holdfast.protocol..")))
                .check(HOLDFAST);
    }

    @Test
    void clientUsesProtocolTransportAndAJsonReaderOnly() {
        mayOnlyUse(
                "client",
                "java..",
                "javax.net.ssl..",
                "org.jspecify..",
                "tools.jackson.core..",
                "io.holdfast.protocol..",
                "io.holdfast.transport..");
    }

    /** What talks with a server does so as any application would. */
    @Test
    void theCommandsThatTalkWithAServerUseTheClientOnly() {
        classes()
                .that()
                .resideInAPackage("io.holdfast.cli.talk..")
                .should()
                .onlyDependOnClassesThat(not(resideInAnyPackage("io.holdfast.."))
                        .or(resideInAnyPackage("io.holdfast.cli.talk..", "io.holdfast.client..")))
                .check(HOLDFAST);
    }

    @Test
    void cliUsesServerClientAndWhatTheyUse() {
        classes()
                .that()
                .resideInAPackage("io.holdfast.cli..")
                .should()
                .onlyDependOnClassesThat(not(resideInAnyPackage("io.holdfast.."))
                        .or(resideInAnyPackage(
                                "io.holdfast.cli..",
                                "io.holdfast.client..",
                                "io.holdfast.server..",
                                "io.holdfast.transport..",
                                "io.holdfast.store..",
                                "io.holdfast.protocol..")))
                .check(HOLDFAST);
    }

    /** What applications compile against must not break when a library below changes. */
    @Test
    void thePublicFaceOfTheClientShowsNoTypeOfALibrary() {
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("io.holdfast.client")
                .and()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .should(new ArchCondition<JavaMethod>("show types of the JDK and the client only") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        Stream.concat(
                                        Stream.of(method.getRawReturnType()),
                                        method.getRawParameterTypes().stream())
                                .filter(type -> !type.getPackageName().startsWith("java")
                                        && !type.isPrimitive()
                                        && !type.getPackageName().equals("io.holdfast.client")
                                        && !type.getBaseComponentType().isPrimitive())
                                .forEach(type -> events.add(SimpleConditionEvent.violated(
                                        method,
                                        method.getFullName() + " shows " + type.getName())));
                    }
                })
                .check(HOLDFAST);
    }

    @Test
    void nothingUsesTheBenchmarksOrTheConformanceTests() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.holdfast.benchmarks..", "io.holdfast.conformance..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.holdfast.benchmarks..", "io.holdfast.conformance..")
                .check(HOLDFAST);
    }

    @Test
    void noPackagesUseEachOtherInACircle() {
        slices().matching("io.holdfast.(**)").should().beFreeOfCycles().check(HOLDFAST);
    }

    private static void mayOnlyUse(String module, String... packages) {
        String own = "io.holdfast." + module + "..";
        classes()
                .that()
                .resideInAPackage(own)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(packages).or(resideInAnyPackage(own)))
                .check(HOLDFAST);
    }
}
