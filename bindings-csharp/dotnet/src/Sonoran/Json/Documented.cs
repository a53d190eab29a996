using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sonoran.Types;

namespace Sonoran.Json;

/// <summary>JSON of the documented types, and of whatever else a caller hands over.</summary>
internal static class Documented
{
    private static readonly JsonSerializerOptions Options = MakeOptions();

    /// <summary>Reads a documented type; all of them are known when compiling.</summary>
    internal static T? Read<T>(JsonElement element) => element.Deserialize((JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));

    internal static byte[] Write(object value) => JsonSerializer.SerializeToUtf8Bytes(value, Options.GetTypeInfo(value.GetType()));

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(SonoranJson.Default.Options);
        if (JsonSerializer.IsReflectionEnabledByDefault)
        {
            options.TypeInfoResolver = WithReflection();
        }

        options.MakeReadOnly();
        return options;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only where reflection is switched on, which trimming and compiling ahead switch off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "As above.")]
    private static IJsonTypeInfoResolver WithReflection() =>
        JsonTypeInfoResolver.Combine(SonoranJson.Default, new DefaultJsonTypeInfoResolver());
}
