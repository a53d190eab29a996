using System;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sonoran.Json.Values;

/// <summary>A family of types, each of which has a converter of its own.</summary>
internal abstract class Family : JsonConverterFactory
{
    /// <summary>Makes a converter for one of the types.</summary>
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only where reflection is switched on, which compiling ahead switches off.")]
    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "As above.")]
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "As above.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "As above.")]
    [UnconditionalSuppressMessage("Trimming", "IL2071", Justification = "As above.")]
    protected static JsonConverter Make(Type converter, Type of) =>
        (JsonConverter)Activator.CreateInstance(converter.MakeGenericType(of), nonPublic: true)!;
}

/// <summary>A converter for what is only ever written.</summary>
internal abstract class WritingConverter<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException($"{typeToConvert} is written alone");
}
