using System.Text.Json;

namespace Sonoran.Json.Values;

/// <summary>An id in a payload is the text or the number that it was made of.</summary>
internal sealed class Ids : WritingConverter<SonoranId>
{
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
