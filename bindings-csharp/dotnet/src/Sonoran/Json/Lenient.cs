using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Sonoran.Types;

namespace Sonoran.Json;

/// <summary>Reads answers that are not quite as they are documented.</summary>
internal static class Lenient
{
    /// <summary>Lets a null in a documented type be as a field that is not there.</summary>
    internal static void Apply(JsonTypeInfo type)
    {
        if (type.Type.Namespace != typeof(Meta).Namespace)
        {
            return;
        }

        foreach (var property in type.Properties)
        {
            if (property.PropertyType == typeof(long))
            {
                property.CustomConverter = new OrDefault<long>();
            }
            else if (property.PropertyType == typeof(double))
            {
                property.CustomConverter = new OrDefault<double>();
            }
            else if (property is { IsExtensionData: false, Set: { } set })
            {
                property.Set = (target, value) => SetUnlessNull(set, target, value);
            }
        }
    }

    /// <summary>The element, or where it is a bare list that the type has in a field, an object with that field.</summary>
    internal static JsonElement Object(JsonElement element, Type type)
    {
        if (element.ValueKind != JsonValueKind.Array || BareLists.FieldOf(type) is not { } field)
        {
            return element;
        }

        using var document = JsonDocument.Parse($"{{\"{field}\":{element.GetRawText()}}}");
        return document.RootElement.Clone();
    }

    private static void SetUnlessNull(Action<object, object?> set, object target, object? value)
    {
        if (value is not null)
        {
            set(target, value);
        }
    }

    private sealed class OrDefault<T> : JsonConverter<T>
        where T : struct
    {
        public override bool HandleNull => true;

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T?>)options.GetTypeInfo(typeof(T?))) ?? default;

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value, (JsonTypeInfo<T?>)options.GetTypeInfo(typeof(T?)));
    }
}
