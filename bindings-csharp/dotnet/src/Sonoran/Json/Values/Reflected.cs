using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sonoran.Json.Values;

/// <summary>The types of a program's own, looked at when it runs.</summary>
[UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Only where reflection is switched on, which trimming switches off.")]
internal sealed class Reflected : DefaultJsonTypeInfoResolver
{
    [RequiresUnreferencedCode(Reflection.Reason)]
    [RequiresDynamicCode(Reflection.Reason)]
    internal Reflected()
    {
    }

    /// <summary>As ever, but for members whose names are one in JSON: what System.Text.Json says of them helps nobody.</summary>
    public override JsonTypeInfo GetTypeInfo(Type type, JsonSerializerOptions options)
    {
        try
        {
            return base.GetTypeInfo(type, options);
        }
        catch (InvalidOperationException) when (Twins(type) is { } twins)
        {
            throw new RefusedValueException($"has {twins}, which are one name in JSON: leave one of them out, or give a dictionary");
        }
    }

    /// <summary>Two members that differ in case alone.</summary>
    private static string? Twins(Type type)
    {
        var members = type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Cast<MemberInfo>().Concat(type.GetFields(BindingFlags.Instance | BindingFlags.Public));
        var twins = members.GroupBy(member => member.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twins is null ? null : string.Join(" and ", twins.Take(2).Select(member => member.Name));
    }
}
