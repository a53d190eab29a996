using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sonoran.Json.Values;

/// <summary>An id in a payload is the text or the number that it was made of.</summary>
internal sealed class Ids : JsonConverter<SonoranId>
{
    public override SonoranId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt64() : reader.GetString()!;

    public override void Write(Utf8JsonWriter writer, SonoranId value, JsonSerializerOptions options)
    {
        if (value.Text is null)
        {
            writer.WriteNullValue();
        }
        else if (value.IsNumber)
        {
            writer.WriteRawValue(value.Text);
        }
        else
        {
            writer.WriteStringValue(value.Text);
        }
    }

    public override void WriteAsPropertyName(Utf8JsonWriter writer, SonoranId value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString());
}
