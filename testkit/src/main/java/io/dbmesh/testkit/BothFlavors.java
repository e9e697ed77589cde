package io.dbmesh.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs a JUnit test class once for each {@link Flavor}, which its constructor takes:
 *
 * <pre>{@code
 * @BothFlavors
 * class ReadsIT {
 *     private final DatabaseServer server;
 *
 *     ReadsIT(Flavor flavor) {
 *         server = Servers.shared(flavor, 0);
 *     }
 * }
 * }</pre>
 */
@ParameterizedClass(name = "{0}")
@EnumSource(Flavor.class)
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface BothFlavors {}
