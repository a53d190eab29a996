using System;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sonoran.Json.Values;

/// <summary>Types of .NET's own that are a text, though they do not look so to System.Text.Json.</summary>
internal sealed class FrameworkTexts : Family
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert == typeof(StringBuilder)
        || typeof(IPAddress).IsAssignableFrom(typeToConvert)
        // By name: not every framework has it.
        || typeToConvert.FullName == "System.Text.Rune";

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => Make(typeof(Of<>), typeToConvert);

    private sealed class Of<T> : WritingConverter<T>
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value!.ToString());
    }
}

/// <summary>The null of databases is null.</summary>
internal sealed class DatabaseNull : WritingConverter<DBNull>
{
    public override void Write(Utf8JsonWriter writer, DBNull value, JsonSerializerOptions options) => writer.WriteNullValue();
}
