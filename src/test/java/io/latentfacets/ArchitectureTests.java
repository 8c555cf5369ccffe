/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.latentfacets.model.store.SystemClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.logging.log4j.Logger;
import org.junit.BeforeClass;
import org.junit.Test;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.identity.PluginSubject;

/**
 * The architecture rules. A change that breaks one fails here with the rule, its reason and the offending line.
 * {@code docs/architecture.md} explains the packages.
 */
public class ArchitectureTests {

    private static final String ROOT = LatentFacetsPlugin.class.getPackageName();
    private static final int MOST_CLASSES = 30;
    private static final int MOST_PACKAGES = 13;

    /** Every package of the plugin, lowest floor first. A package may use only packages that stand before it. */
    private static final List<String> FLOORS = List.of(
            "arithmetic",
            "text.language",
            "text.tokens",
            "text",
            "cluster.bound",
            "cluster",
            "cluster.bottleneck",
            "cluster.label",
            "cluster.fit",
            "vae",
            "vae.network",
            "vae.objective",
            "vae.training",
            "vae.projection",
            "drift",
            "classify.regression",
            "engine",
            "async",
            "wire",
            "stats",
            "strict",
            "rest",
            "model.definition",
            "model",
            "model.store",
            "encode",
            "terms",
            "drift.watch",
            "field",
            "field.column",
            "classify.serve",
            "ingest",
            "corpus",
            "attach",
            "generations",
            "training.memory",
            "training.progress",
            "training.seeds",
            "training",
            "refresh",
            "evaluation",
            "classify",
            "manage",
            "search",
            "search.results",
            "search.aggregation",
            "search.query",
            "search.map",
            "neighbors",
            "summarize",
            "generate.ngram",
            "generate",
            "expand",
            "facets",
            "trends.statistics",
            "trends",
            "curation",
            "suggest",
            "explorer");

    private static JavaClasses ours;

    @BeforeClass
    public static void readClasses() {
        ours = new ClassFileImporter()
                .importUrl(LatentFacetsPlugin.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation());
        assertTrue("no classes were read, so no rule would be tested", ours.size() > 300);
    }

    @Test
    public void testAlgorithmsKnowNoServer() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".arithmetic",
                        ROOT + ".text..",
                        ROOT + ".vae..",
                        ROOT + ".cluster..",
                        ROOT + ".engine..",
                        ROOT + ".drift",
                        ROOT + ".classify.regression",
                        ROOT + ".trends.statistics",
                        ROOT + ".generate.ngram")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.opensearch..")
                .because(
                        "text, vae, cluster, engine, drift, trends.statistics and generate.ngram are tested and reused without a node")
                .check(ours);
    }

    @Test
    public void testPackagesFormNoCycle() {
        slices().matching(ROOT + ".(**)")
                .should()
                .beFreeOfCycles()
                .because("a package in a cycle can neither be understood nor changed alone")
                .check(ours);
    }

    @Test
    public void testEveryPackageHasItsFloor() {
        Set<String> there = ours.stream()
                .map(ArchitectureTests::packageOf)
                .filter(name -> !name.isEmpty())
                .collect(toCollection(TreeSet::new));
        assertEquals(
                "list a new package in ArchitectureTests.FLOORS, above all that it uses, and in docs/architecture.md",
                new TreeSet<>(FLOORS),
                there);
    }

    @Test
    public void testNoArrowRunsUp() {
        classes()
                .that(are(describe("in a package", each -> !packageOf(each).isEmpty())))
                .should(useLowerFloorsOnly())
                .because("a package is used by what stands above it; what two packages share belongs below both")
                .check(ours);
    }

    @Test
    public void testOnlyThePluginClassKnowsEverything() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(LatentFacetsPlugin.class)
                .because("the plugin class wires; collaborators come by constructor")
                .check(ours);
        classes()
                .that()
                .doNotHaveFullyQualifiedName(LatentFacetsPlugin.class.getName())
                .should(useFewPackages())
                .because("a class that knows more has more than one job")
                .check(ours);
    }

    @Test
    public void testPackagesAreSmall() {
        Map<String, Integer> sizes = new TreeMap<>();
        ours.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(each -> !each.getSimpleName().equals("package-info"))
                .forEach(each -> sizes.merge(packageOf(each), 1, Integer::sum));
        sizes.values().removeIf(size -> size <= MOST_CLASSES);
        assertEquals(
                "packages of more than " + MOST_CLASSES + " classes: divide them by what they know", Map.of(), sizes);
    }

    @Test
    public void testIdentityIsSwitchedInOneClass() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(SystemClient.class.getName())
                .should()
                .callMethodWhere(isNamed(ThreadContext.class, "stashContext")
                        .or(isNamed(ThreadContext.class, "stashAndMergeHeaders"))
                        .or(isNamed(ThreadContext.class, "markAsSystemContext"))
                        .or(isNamed(PluginSubject.class, "runAs")))
                .because("user data is read and written as the caller; only SystemClient acts as the plugin")
                .check(ours);
    }

    @Test
    public void testListenersAreCalledOnce() {
        noClasses()
                .should()
                .callMethodWhere(
                        isNamed(ActionListener.class, "wrap").or(isNamed(ActionListener.class, "delegateFailure")))
                .because("ActionListener.wrap calls onFailure when its own onResponse throws, so the caller goes on"
                        + " twice; after delegateFailure nobody is told of it; use async.Listeners")
                .check(ours);
    }

    @Test
    public void testNoStaticStateChanges() {
        fields().that()
                .areStatic()
                .should()
                .beFinal()
                .because("two nodes in one JVM, as in tests, must not share state")
                .check(ours);
    }

    @Test
    public void testLoggersHaveOneName() {
        fields().that()
                .haveRawType(Logger.class)
                .should()
                .haveName("logger")
                .andShould()
                .bePrivate()
                .because("one name for one thing")
                .check(ours);
    }

    /** The package name relative to the plugin's root; empty for the root itself. */
    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith(ROOT + ".");
    }

    private static ArchCondition<JavaClass> useLowerFloorsOnly() {
        return new ArchCondition<>("use packages of lower floors only") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String own = packageOf(type);
                type.getDirectDependenciesFromSelf().stream()
                        .filter(each -> isOurs(each.getTargetClass()))
                        .filter(each -> FLOORS.indexOf(packageOf(each.getTargetClass())) > FLOORS.indexOf(own))
                        .forEach(each -> events.add(SimpleConditionEvent.violated(
                                each,
                                "[" + own + "] uses [" + packageOf(each.getTargetClass()) + "], which stands above it: "
                                        + each.getDescription())));
            }
        };
    }

    private static ArchCondition<JavaClass> useFewPackages() {
        return new ArchCondition<>("use at most " + MOST_PACKAGES + " packages of the plugin beside their own") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Set<String> used = type.getDirectDependenciesFromSelf().stream()
                        .map(each -> each.getTargetClass())
                        .filter(ArchitectureTests::isOurs)
                        .map(ArchitectureTests::packageOf)
                        .filter(name -> !name.equals(packageOf(type)))
                        .collect(toCollection(TreeSet::new));
                if (used.size() > MOST_PACKAGES) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getName() + " uses " + used.size() + " packages: " + used));
                }
            }
        };
    }

    private static DescribedPredicate<JavaMethodCall> isNamed(Class<?> owner, String method) {
        return describe(owner.getSimpleName() + "." + method, call -> {
            MethodCallTarget target = call.getTarget();
            return target.getName().equals(method) && target.getOwner().isAssignableTo(owner);
        });
    }
}
