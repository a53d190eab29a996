using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sonoran.Json.Values;

/// <summary>Values of enumerations are texts: the member's name, or what its <see cref="EnumMemberAttribute"/> or <c>[JsonStringEnumMemberName]</c> says.</summary>
/// <remarks>A type that names a converter itself keeps it.</remarks>
internal sealed class EnumTexts : Family
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsEnum && !typeToConvert.IsDefined(typeof(JsonConverterAttribute), inherit: false);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => Make(typeof(Of<>), typeToConvert);

    [UnconditionalSuppressMessage("Trimming", "IL2090", Justification = "Only where reflection is switched on, which trimming switches off.")]
    private sealed class Of<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly (T Value, string Text)[] Named = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => ((T)field.GetValue(null)!, Value: Given(field)))
            .Where(member => member.Value is not null)
            .Select(member => (member.Item1, member.Value!))
            .ToArray();

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => Value(reader.GetString()!),
            JsonTokenType.Number => (T)Enum.ToObject(typeof(T), reader.GetInt64()),
            _ => throw new JsonException(),
        };

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Value(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(Text(value));

        private static string? Given(FieldInfo field) =>
            field.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? field.GetCustomAttributes().Select(NameOf).FirstOrDefault(name => name is not null);

        // By name: only .NET 9 and later have it.
        [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Only where reflection is switched on, which trimming switches off.")]
        private static string? NameOf(Attribute attribute) =>
            attribute.GetType().FullName == "System.Text.Json.Serialization.JsonStringEnumMemberNameAttribute"
                ? attribute.GetType().GetProperty("Name")?.GetValue(attribute) as string
                : null;

        private static string Text(T value)
        {
            foreach (var member in Named)
            {
                if (member.Value.Equals(value))
                {
                    return member.Text;
                }
            }

            var text = value.ToString();
            // A value without a name is written as its number.
            return text[0] is '-' or (>= '0' and <= '9') ? throw new RefusedValueException($"is {text}, which is no member of {typeof(T).Name}") : text;
        }

        private static T Value(string text)
        {
            foreach (var member in Named)
            {
                if (string.Equals(member.Text, text, StringComparison.OrdinalIgnoreCase))
                {
                    return member.Value;
                }
            }

            return Enum.TryParse<T>(text, ignoreCase: true, out var value) ? value : throw new JsonException($"{text} is no member of {typeof(T).Name}");
        }
    }
}
