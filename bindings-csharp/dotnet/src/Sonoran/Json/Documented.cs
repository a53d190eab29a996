using System;
using System.Diagnostics.CodeAnalysis;
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
        options.MaxDepth = AnswerReader.MaxDepth;
        options.PropertyNameCaseInsensitive = true;
        options.Converters.Add(new EnumTexts());
        options.Converters.Add(new NewtonsoftTokens());
        options.Converters.Add(new ReadText());
        options.Converters.Add(new ReadFlag());
        options.Converters.Add(new ReadTime());
    });

    private static readonly JsonSerializerOptions Writing = Make(ForWriting, FrameworkObjects.Apply, RuntimeTypes.Apply);

    /// <summary>The same, slower, which tells the member that throws.</summary>
    private static readonly Lazy<JsonSerializerOptions> Telling = new(() => Make(ForWriting, FrameworkObjects.Apply, RuntimeTypes.Apply, ThrowingMembers.Apply));

    /// <summary>What a record is made of, with values as the core takes them in a query.</summary>
    private static readonly JsonSerializerOptions Records = new(SonoranJson.Default.Options)
    {
        TypeInfoResolver = SonoranJson.Default,
        Converters = { new ReadText(), new ReadFlag() },
    };

    /// <summary>Reads any type.</summary>
    [RequiresUnreferencedCode(Reflection.Reason)]
    [RequiresDynamicCode(Reflection.Reason)]
    internal static T? ReadAny<T>(JsonElement element) => element.Deserialize<T>(Reading);

    internal static void Write(Utf8JsonWriter writer, object value)
    {
        try
        {
            JsonSerializer.Serialize(writer, value, Writing.GetTypeInfo(value.GetType()));
        }
        catch (Exception exception) when (exception is not (JsonException or RefusedValueException))
        {
            if (ThrowingMembers.Of(value, Telling.Value) is { } member)
            {
                throw new RefusedValueException($"cannot be made JSON: {exception.Message}", $".{member}", exception);
            }

            throw;
        }
    }

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
        var fields = (JsonTypeInfo<T>)Records.GetTypeInfo(typeof(T));
        try
        {
            var record = JsonSerializer.Deserialize(json, fields);
            if (record is not null)
            {
                Slips.Refuse(name, fields, record);
            }

            return record;
        }
        catch (JsonException exception)
        {
            throw Misfit.Of(name, fields, json, exception);
        }
    }

    /// <summary>The JSON of a documented type, or of any other where types may be looked at when running.</summary>
    internal static JsonElement Element<T>(T value) => JsonSerializer.SerializeToElement(value, (JsonTypeInfo<T>)Reading.GetTypeInfo(typeof(T)));

    private static void ForWriting(JsonSerializerOptions options)
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
    }

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
