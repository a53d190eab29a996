namespace Sonoran.Json;

/// <summary>What callers are told where types are looked at when running.</summary>
internal static class Reflection
{
    internal const string Reason = "Reads the type's members when running. Use the overload with a JsonTypeInfo in programs that are trimmed or compiled ahead.";

    internal const string OfPayload = "Reads the object's members when running. Use the overload with a record of Sonoran.Types in programs that are trimmed or compiled ahead.";
}
