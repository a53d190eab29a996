using System;
using System.Text.Json;

namespace Sonoran.Json.Values;

/// <summary>A point in time goes out in UTC, the form that the service itself writes.</summary>
internal sealed class UtcDateTime : WritingConverter<DateTime>
{
    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
    {
        // As a guess, local time would be wrong on half of the servers, and UTC on the other half.
        if (value.Kind == DateTimeKind.Unspecified)
        {
            throw new RefusedValueException(
                "is a DateTime that does not say whether it is UTC or local: use DateTimeOffset, DateTime.UtcNow or DateTime.SpecifyKind");
        }

        writer.WriteStringValue(value.ToUniversalTime());
    }
}

/// <inheritdoc cref="UtcDateTime"/>
internal sealed class UtcDateTimeOffset : WritingConverter<DateTimeOffset>
{
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
