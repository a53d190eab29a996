using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Sonoran.Json.Values;

/// <summary>Numbers that JSON has no form for are refused as what they are.</summary>
internal sealed class FiniteDouble : WritingConverter<double>
{
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            throw new RefusedValueException($"is {value.ToString(CultureInfo.InvariantCulture)}, which JSON has no number for");
        }

        writer.WriteNumberValue(value);
    }
}

/// <inheritdoc cref="FiniteDouble"/>
internal sealed class FiniteSingle : WritingConverter<float>
{
    public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
    {
        if (float.IsNaN(value) || float.IsInfinity(value))
        {
            throw new RefusedValueException($"is {value.ToString(CultureInfo.InvariantCulture)}, which JSON has no number for");
        }

        writer.WriteNumberValue(value);
    }
}

/// <summary>All digits, as of any whole number.</summary>
internal sealed class WholeNumber : WritingConverter<BigInteger>
{
    public override void Write(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToString(CultureInfo.InvariantCulture));
}
