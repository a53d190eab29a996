using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sonoran.Json.Values;

/// <summary>Honours what attributes of data contracts and of Newtonsoft say of names and of what is left out, and refuses what they say beyond.</summary>
/// <remarks>Newtonsoft's are known by name: this package does without that one. Attributes of System.Text.Json go before all.</remarks>
[UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Only where reflection is switched on, which trimming switches off.")]
[UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "As above.")]
internal static class ForeignAttributes
{
    private const string Newtonsoft = "Newtonsoft.Json.";

    private const string Remedy = "give JObject.FromObject(it), or the attribute of System.Text.Json";

    internal static void Apply(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        var isOptIn = IsOptIn(type.Type);
        for (var at = type.Properties.Count - 1; at >= 0; at--)
        {
            if (!Settle(type.Properties[at], isOptIn))
            {
                type.Properties.RemoveAt(at);
            }
        }

        if (Beyond(type.Type) is { } words)
        {
            type.OnSerializing = _ => throw new RefusedValueException(words);
        }
    }

    /// <summary>Gives a member the name that it is to have; false where it is to be left out.</summary>
    private static bool Settle(JsonPropertyInfo property, bool isOptIn)
    {
        var all = property.AttributeProvider?.GetCustomAttributes(inherit: true) ?? [];
        var (given, contract) = (Of(all, "JsonPropertyAttribute"), all.OfType<DataMemberAttribute>().FirstOrDefault());
        var isSettled = all.Any(attribute => attribute is JsonAttribute);
        var isLeftOut = isOptIn ? given is null && contract is null : all.OfType<IgnoreDataMemberAttribute>().Any();
        if (Of(all, "JsonIgnoreAttribute") is not null || (isLeftOut && !isSettled))
        {
            return false;
        }

        var name = given is null ? null : Value(given, "PropertyName") as string;
        name ??= contract?.Name;
        if (!string.IsNullOrEmpty(name) && !all.OfType<JsonPropertyNameAttribute>().Any())
        {
            property.Name = name!;
        }

        if (!isSettled)
        {
            LeaveOut(property, given, contract);
        }

        return true;
    }

    /// <summary>Leaves out values that are not to be sent.</summary>
    private static void LeaveOut(JsonPropertyInfo property, object? given, DataMemberAttribute? contract)
    {
        if (contract is { EmitDefaultValue: false } || Says(given, "DefaultValueHandling", "Ignore", "IgnoreAndPopulate"))
        {
            var empty = property.PropertyType.IsValueType ? RuntimeDefault(property.PropertyType) : null;
            property.ShouldSerialize = (_, value) => !Equals(value, empty);
        }
        else if (Says(given, "NullValueHandling", "Ignore"))
        {
            property.ShouldSerialize = static (_, value) => value is not null;
        }
    }

    private static bool IsOptIn(Type type) =>
        type.IsDefined(typeof(DataContractAttribute), inherit: false)
        || Says(Of(type.GetCustomAttributes(inherit: true), "JsonObjectAttribute"), "MemberSerialization", "OptIn");

    /// <summary>What is asked for and can't be done; null where there is no such thing.</summary>
    private static string? Beyond(Type type)
    {
        var whole = Of(type.GetCustomAttributes(inherit: true), "JsonObjectAttribute");
        return Says(whole, "MemberSerialization", "Fields") || (whole is not null && Value(whole, "NamingStrategyType") is not null)
            ? $"is a {type.Name} with [JsonObject], whose words System.Text.Json does not know: {Remedy}"
            : Members(type).Select(Beyond).FirstOrDefault(words => words is not null);
    }

    private static string? Beyond(MemberInfo member)
    {
        var all = member.GetCustomAttributes(inherit: true);
        var given = Of(all, "JsonPropertyAttribute");
        if (all.Any(attribute => attribute is JsonAttribute))
        {
            return null;
        }

        if (!IsPublic(member) && (given is not null || all.OfType<DataMemberAttribute>().Any()))
        {
            return $"has {member.Name}, which is to be sent, but is not public: make it so, or {Remedy}";
        }

        var converter = Of(all, "JsonConverterAttribute");
        var word = Of(all, "JsonExtensionDataAttribute") is not null ? "JsonExtensionData"
            // Members of enumerations go out by their names anyway.
            : converter is not null && (Value(converter, "ConverterType") as Type)?.Name != "StringEnumConverter" ? "JsonConverter"
            : given is not null && Value(given, "NamingStrategyType") is not null ? "JsonProperty"
            : null;
        return word is null ? null : $"has {member.Name} with Newtonsoft's [{word}], which System.Text.Json does not know: {Remedy}";
    }

    private static IEnumerable<MemberInfo> Members(Type? type)
    {
        const BindingFlags OfOne = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var member in type.GetProperties(OfOne).Cast<MemberInfo>().Concat(type.GetFields(OfOne)))
            {
                yield return member;
            }
        }
    }

    private static bool IsPublic(MemberInfo member) => member is FieldInfo field ? field.IsPublic : ((PropertyInfo)member).GetMethod is { IsPublic: true };

    private static object? Of(object[] attributes, string name) => Array.Find(attributes, attribute => attribute.GetType().FullName == Newtonsoft + name);

    private static object? Value(object attribute, string name) => attribute.GetType().GetProperty(name)?.GetValue(attribute);

    private static bool Says(object? attribute, string name, params string[] words) =>
        attribute is not null && words.Contains(Value(attribute, name)?.ToString());

    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "A value type's default needs no constructor.")]
    private static object? RuntimeDefault(Type type) => Activator.CreateInstance(type);
}
