using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sonoran.Json.Values;

/// <summary>Newtonsoft's <c>JObject</c>, <c>JArray</c>, <c>JValue</c> are the JSON that they stand for, at any depth.</summary>
/// <remarks>Known by name: this package does without that one.</remarks>
internal sealed class NewtonsoftTokens : Family
{
    private const string Token = "Newtonsoft.Json.Linq.JToken";

    public override bool CanConvert(Type typeToConvert) => TokenType(typeToConvert) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => Make(typeof(Of<>), typeToConvert);

    private static Type? TokenType(Type? type)
    {
        while (type is not null && type.FullName != Token)
        {
            type = type.BaseType;
        }

        return type;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Only where reflection is switched on, which trimming switches off.")]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "As above.")]
    [UnconditionalSuppressMessage("Trimming", "IL2080", Justification = "As above.")]
    private sealed class Of<T> : JsonConverter<T>
    {
        /// <summary><c>ToString(Formatting, params JsonConverter[])</c></summary>
        private static readonly MethodInfo AsText = TokenType(typeof(T))!.GetMethods().First(method =>
            method.Name == nameof(ToString) && method.GetParameters() is { Length: 2 } given && given[0].ParameterType.IsEnum);

        private static readonly MethodInfo Parse = TokenType(typeof(T))!.GetMethod(nameof(Parse), [typeof(string)])!;

        // Formatting.None
        private static readonly object Compact = Enum.ToObject(AsText.GetParameters()[0].ParameterType, 0);

        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return Parse.Invoke(null, [document.RootElement.GetRawText()]) is T token ? token : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            var text = (string)AsText.Invoke(value, [Compact, null])!;
            if (Unicode.FirstHalf(text.AsSpan()) is >= 0 and var half)
            {
                throw new RefusedValueException(Unicode.Half, Within(text.Substring(0, half)));
            }

            writer.WriteRawValue(text);
        }

        private static string Within(string written)
        {
            var path = WrittenPath.End("$", Encoding.UTF8.GetBytes(written));
            return path.Substring(1);
        }
    }
}
