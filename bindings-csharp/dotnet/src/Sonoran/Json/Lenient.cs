using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Sonoran.Types;

namespace Sonoran.Json;

/// <summary>Reads documented types within types of a program's own, where answers are not quite as they are documented.</summary>
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
            if (ConverterOf(property.PropertyType) is { } converter)
            {
                property.CustomConverter = converter;
            }
            else if (property is { IsExtensionData: false, Set: { } set })
            {
                property.Set = (target, value) => SetUnlessNull(set, target, value);
            }
        }
    }

    private static JsonConverter? ConverterOf(Type type) =>
        type == typeof(long) ? new OrDefault<long>()
        : type == typeof(double) ? new OrDefault<double>()
        : type == typeof(bool) ? new OrDefault<bool>()
        : type == typeof(Guid) ? new OrDefault<Guid>()
        : type == typeof(DateTimeOffset) ? new OrDefault<DateTimeOffset>()
        : null;

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
            // By its converter, so that an error has its place from whoever reads the whole.
            ((JsonConverter<T?>)options.GetTypeInfo(typeof(T?)).Converter).Read(ref reader, typeof(T?), options) ?? default;

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value, (JsonTypeInfo<T?>)options.GetTypeInfo(typeof(T?)));
    }
}
