using System.Reflection;
using System.Text.Json;

namespace Sonoran.Tests;

/// <summary>Values of JSON as the arguments of a method, which the compiler would choose the overload for.</summary>
internal static class Given
{
    /// <summary>Whether the method takes every argument, call options and token among them.</summary>
    public static bool IsWhole(MethodInfo method) => method.GetParameters() is [.., { HasDefaultValue: true }, { HasDefaultValue: true }];

    public static bool Fits(ParameterInfo parameter, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined =>
            parameter.ParameterType == typeof(SonoranId) || !parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null,
        JsonValueKind.String => Plain(parameter) == typeof(SonoranId) || Plain(parameter) == typeof(string) || Plain(parameter) == typeof(object),
        JsonValueKind.Number => Plain(parameter) == typeof(SonoranId) || Plain(parameter) == typeof(long) || Plain(parameter) == typeof(double) || Plain(parameter) == typeof(object),
        JsonValueKind.True or JsonValueKind.False => Plain(parameter) == typeof(bool) || Plain(parameter) == typeof(object),
        _ => Plain(parameter) == typeof(object),
    };

    public static object? Value(ParameterInfo parameter, JsonElement value) => value.ValueKind switch
    {
        // As the compiler takes the null of a text.
        JsonValueKind.Null when parameter.ParameterType == typeof(SonoranId) => (SonoranId)(string)null!,
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String when Plain(parameter) == typeof(SonoranId) => (SonoranId)value.GetString()!,
        JsonValueKind.Number when Plain(parameter) == typeof(SonoranId) => (SonoranId)value.GetInt64(),
        _ when Plain(parameter) == typeof(object) => value,
        _ => value.Deserialize(Plain(parameter)),
    };

    private static Type Plain(ParameterInfo parameter) => Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
}
