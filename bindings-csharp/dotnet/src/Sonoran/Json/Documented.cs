using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sonoran.Json.Values;
using Sonoran.Types;

namespace Sonoran.Json;

/// <summary>JSON of the documented types, and of whatever else a caller hands over.</summary>
/// <remarks>
/// Names of .NET's own, properties and fields, are camel case outside and of any case inside. Keys of dictionaries, and names that
/// attributes give, are as they are.
/// </remarks>
internal static class Documented
{
    private static readonly IJsonTypeInfoResolver Known = SonoranJson.Default.WithAddedModifier(Lenient.Apply);

    private static readonly JsonSerializerOptions Reading = Make(options =>
    {
        options.PropertyNameCaseInsensitive = true;
        options.Converters.Add(new EnumTexts());
        options.Converters.Add(new NewtonsoftTokens());
        options.Converters.Add(new ReadText());
        options.Converters.Add(new ReadFlag());
        options.Converters.Add(new ReadTime());
    });

    private static readonly JsonSerializerOptions Writing = Make(options =>
    {
        options.Encoder = WholeUnicodeEncoder.Instance;
        options.Converters.Add(new RefusedTypes());
        options.Converters.Add(new EnumTexts());
        options.Converters.Add(new NewtonsoftTokens());
        options.Converters.Add(new UtcDateTime());
        options.Converters.Add(new UtcDateTimeOffset());
        options.Converters.Add(new FiniteDouble());
        options.Converters.Add(new FiniteSingle());
        options.Converters.Add(new WholeNumber());
        options.Converters.Add(new Ids());
        options.Converters.Add(new FrameworkTexts());
        options.Converters.Add(new DatabaseNull());
        options.Converters.Add(new RuntimeTypes());
    }, FrameworkObjects.Apply, RuntimeTypes.Apply);

    /// <summary>Reads any type.</summary>
    [RequiresUnreferencedCode(Reflection.Reason)]
    [RequiresDynamicCode(Reflection.Reason)]
    internal static T? ReadAny<T>(JsonElement element) => element.Deserialize<T>(Reading);

    internal static void Write(Utf8JsonWriter writer, object value) =>
        JsonSerializer.Serialize(writer, value, Writing.GetTypeInfo(value.GetType()));

    /// <summary>Any object as the record that has its fields.</summary>
    /// <exception cref="ArgumentException">A value in it does not fit.</exception>
    internal static T? As<T>(object? value, string name)
        where T : class
    {
        if (value is null or T)
        {
            return (T?)value;
        }

        var payload = Payload.Required(name, value, typeof(T));
        _ = payload.IsThere();
        var json = JsonText.Write(name, value, Write);
        var fields = (JsonTypeInfo<T>)SonoranJson.Default.GetTypeInfo(typeof(T))!;
        try
        {
            var record = JsonSerializer.Deserialize(json, fields);
            RefuseOtherCase(name, fields, record);
            return record;
        }
        catch (JsonException exception)
        {
            var place = $"{name}{exception.Path?.TrimStart('$')}";
            throw new ArgumentException($"{place} is not as documented: {exception.Message}", place, exception);
        }
    }

    /// <summary>Refuses documented names in another case.</summary>
    /// <remarks>
    /// The core refuses them too, but where the right one is there it takes the other for a field of its own. What a walk is
    /// asked with gets its place in the list beside it, so that a <c>Skip</c> would be lost without a word.
    /// </remarks>
    private static void RefuseOtherCase(string name, JsonTypeInfo fields, object? record)
    {
        var extra = fields.Properties.FirstOrDefault(field => field.IsExtensionData)?.Get?.Invoke(record!);
        foreach (var given in (extra as IDictionary<string, JsonElement>)?.Keys ?? [])
        {
            if (fields.Properties.FirstOrDefault(field => field.Name.Equals(given, StringComparison.OrdinalIgnoreCase)) is { } meant)
            {
                throw new ArgumentException($"{name}.{given} is no documented field: did you mean {meant.Name}?", $"{name}.{given}");
            }
        }
    }

    /// <summary>The JSON of a documented type, or of any other where types may be looked at when running.</summary>
    internal static JsonElement Element<T>(T value) => JsonSerializer.SerializeToElement(value, (JsonTypeInfo<T>)Reading.GetTypeInfo(typeof(T)));

    private static JsonSerializerOptions Make(Action<JsonSerializerOptions> configure, params Action<JsonTypeInfo>[] modifiers)
    {
        var options = new JsonSerializerOptions(SonoranJson.Default.Options)
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            IncludeFields = true,
        };
        configure(options);
        options.TypeInfoResolver = JsonSerializer.IsReflectionEnabledByDefault ? WithReflection(modifiers) : Known;
        options.MakeReadOnly();
        return options;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only where reflection is switched on, which trimming and compiling ahead switch off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "As above.")]
    private static IJsonTypeInfoResolver WithReflection(Action<JsonTypeInfo>[] modifiers)
    {
        var any = new Reflected { Modifiers = { ForeignAttributes.Apply } };
        Array.ForEach(modifiers, any.Modifiers.Add);
        return JsonTypeInfoResolver.Combine(Known, any);
    }
}
