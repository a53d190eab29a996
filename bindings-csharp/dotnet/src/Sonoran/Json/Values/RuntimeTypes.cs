using System;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sonoran.Json.Values;

/// <summary>Writes values as the type that they are, where they are declared as an interface or a base type, whose members are fewer.</summary>
/// <remarks>A type that says itself what its derived types are keeps it.</remarks>
[UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Only where reflection is switched on, which trimming switches off.")]
internal sealed class RuntimeTypes : Family
{
    public override bool CanConvert(Type typeToConvert) => IsOnlyDeclared(typeToConvert) || IsListOfBases(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        Make(IsOnlyDeclared(typeToConvert) ? typeof(Of<>) : typeof(ListOf<>), typeToConvert);

    /// <summary>Does it for properties and fields.</summary>
    internal static void Apply(JsonTypeInfo type)
    {
        foreach (var property in type.Kind == JsonTypeInfoKind.Object ? type.Properties : [])
        {
            if (IsBase(property.PropertyType) && property is { CustomConverter: null, NumberHandling: null, IsExtensionData: false })
            {
                property.CustomConverter = Make(typeof(Of<>), property.PropertyType);
            }
        }
    }

    // No value has such a type, so writing it as what it is does not come back here.
    private static bool IsOnlyDeclared(Type type) =>
        (type.IsInterface || type.IsAbstract) && !typeof(IEnumerable).IsAssignableFrom(type) && MayVary(type);

    private static bool IsListOfBases(Type type) => Items(type) is { } item && IsBase(item) && !SaysHow(type);

    private static bool IsBase(Type type) => type.IsClass && !type.IsSealed && !type.IsAbstract && type != typeof(object) && MayVary(type);

    private static bool MayVary(Type type) => !typeof(JsonNode).IsAssignableFrom(type) && !SaysHow(type);

    private static bool SaysHow(Type type) => type.IsDefined(typeof(JsonAttribute), inherit: false);

    /// <summary>The type of a list's items; null for what is no list.</summary>
    private static Type? Items(Type type)
    {
        var generic = type.GetInterfaces().Append(type).Where(face => face.IsGenericType).ToArray();
        var isDictionary = typeof(IDictionary).IsAssignableFrom(type)
            || generic.Any(face => face.GetGenericTypeDefinition().Name is "IDictionary`2" or "IReadOnlyDictionary`2");
        return isDictionary ? null
            : generic.FirstOrDefault(face => face.GetGenericTypeDefinition().FullName == "System.Collections.Generic.IEnumerable`1")?.GetGenericArguments()[0];
    }

    private static void Write(Utf8JsonWriter writer, object? value, JsonSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));
        }
    }

    private sealed class Of<T> : WritingConverter<T>
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => RuntimeTypes.Write(writer, value, options);
    }

    private sealed class ListOf<T> : WritingConverter<T>
        where T : IEnumerable
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value)
            {
                RuntimeTypes.Write(writer, item, options);
            }

            writer.WriteEndArray();
        }
    }
}
