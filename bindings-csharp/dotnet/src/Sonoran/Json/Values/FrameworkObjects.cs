using System;
using System.Text.Json.Serialization.Metadata;

namespace Sonoran.Json.Values;

/// <summary>Refuses objects of .NET's own: what their properties say is seldom what they stand for, and often nothing.</summary>
internal static class FrameworkObjects
{
    internal static void Apply(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object && !type.Type.IsInterface && IsOfSystem(type.Type.Namespace))
        {
            type.OnSerializing = value => throw new RefusedValueException(
                $"is a {value.GetType().Name}, which has no one form in JSON: give the text or number that is meant, or an object such as new {{ name = value }}");
        }
    }

    // Vectors are their coordinates.
    private static bool IsOfSystem(string? name) =>
        name == "System" || (name?.StartsWith("System.", StringComparison.Ordinal) == true && name != "System.Numerics");
}
