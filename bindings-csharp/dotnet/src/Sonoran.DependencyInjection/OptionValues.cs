using System;
using System.Collections;
using System.Linq;
using System.Reflection;

namespace Sonoran.DependencyInjection;

/// <summary>What options hold, to be compared with what others hold.</summary>
internal static class OptionValues
{
    private static readonly PropertyInfo[] Options = typeof(SonoranClientOptions).GetProperties();

    internal static object?[] Of(SonoranClientOptions options) => Array.ConvertAll(Options, option => option.GetValue(options));

    internal static bool AreSame(object?[] some, object?[] others) => some.Zip(others).All(both => IsSame(both.First, both.Second));

    private static bool IsSame(object? one, object? other) =>
        Equals(one, other) || (one is IEnumerable items && other is IEnumerable others && items.Cast<object?>().SequenceEqual(others.Cast<object?>()));
}
