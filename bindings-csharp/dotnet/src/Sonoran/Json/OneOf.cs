using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sonoran.Json;

/// <summary>A record that stands for one of several types.</summary>
internal interface IOneOf
{
    /// <summary>Whichever it is; null where it is none of them.</summary>
    object? Value { get; }
}

/// <summary>Writes whichever it is.</summary>
internal sealed class OneOf<T> : JsonConverter<T>
    where T : IOneOf
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException($"{typeToConvert.Name} is read from answers alone");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (value.Value is { } one)
        {
            JsonSerializer.Serialize(writer, one, options.GetTypeInfo(one.GetType()));
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
