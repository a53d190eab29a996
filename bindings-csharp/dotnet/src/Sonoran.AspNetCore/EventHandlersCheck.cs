using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sonoran.AspNetCore;

/// <summary>Ends the start of a host where a handler, or what it needs, can't be made: a service is missing, or a constructor.</summary>
/// <remarks>
/// Each event would be answered, and then lost. Nothing is made to find that out: a constructor may well do what is for
/// an event alone. So what comes from a function, or as a type with open parameters, is not looked into.
/// </remarks>
internal sealed class EventHandlersCheck(IServiceCollection services, IServiceProviderIsService? known, IEnumerable<EventHandlers.Added> added) : IHostedService
{
    private const string Add = "add to the services what is missing there";

    private const string Open = "give a class a public constructor, or add it by a function, services.AddScoped(_ => new T(...))";

    private const string Choose = "leave one public constructor, or one that takes what all others take";

    private const string Break = "let one in the circle do without the next";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Containers that can't say what they have are of other makers.
        var problems = known is null ? [] : added.Select(handler => Of(handler.Type, known, [])).OfType<Problem>().Distinct().ToList();
        return problems.Count == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException(
                $"AddSonoranEvents: {string.Join("; ", problems.Select(problem => problem.Words))}. Events would be answered and lost: "
                + $"{string.Join("; ", problems.Select(problem => problem.Advice).Distinct())}.");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Why a service can't be made; null where it can.</summary>
    private Problem? Of(Type service, IServiceProviderIsService known, HashSet<Type> above)
    {
        if (services.LastOrDefault(other => other.ServiceType == service && !other.IsKeyedService)?.ImplementationType is not { } type)
        {
            return null;
        }

        if (!above.Add(type))
        {
            return new Problem("so on in a circle", Break);
        }

        // Of several, the container takes the longest that it can fill.
        var constructors = type.GetConstructors()
            .Select(constructor => constructor.GetParameters())
            .OrderByDescending(parameters => parameters.Length)
            .Select(parameters => (
                Types: parameters.Select(parameter => parameter.ParameterType).ToArray(),
                Problem: parameters.Select(parameter => Of(type, parameter, known, above)).FirstOrDefault(problem => problem is not null)))
            .ToList();
        above.Remove(type);
        var fit = constructors.Where(constructor => constructor.Problem is null).Select(constructor => constructor.Types).ToList();
        return constructors.Count == 0 ? new Problem($"{Name(type)} has no public constructor", Open)
            : fit.Count == 0 ? constructors[0].Problem
            // The container of .NET chooses no other then; those of other makers have their own ways.
            : known.GetType().Assembly == typeof(ServiceProvider).Assembly && fit.Exists(types => types.Except(fit[0]).Any())
                ? new Problem($"{Name(type)} has several public constructors of which none takes what all others take", Choose)
            : null;
    }

    private Problem? Of(Type type, ParameterInfo parameter, IServiceProviderIsService known, HashSet<Type> above)
    {
        if (parameter.HasDefaultValue || parameter.GetCustomAttribute<ServiceKeyAttribute>() is not null)
        {
            return null;
        }

        var (service, need) = (parameter.ParameterType, $"{Name(type)} needs {Name(parameter.ParameterType)}");
        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key is { } key)
        {
            return known is IServiceProviderIsKeyedService keyed && !keyed.IsKeyedService(service, key)
                ? new Problem($"{need} of key {key}, which is not among the services", Add)
                : null;
        }

        return !known.IsService(service) ? new Problem($"{need}, which is not among the services", Add)
            : Of(service, known, above) is { } problem ? problem with { Words = $"{need}, and {problem.Words}" }
            : null;
    }

    private static string Name(Type type) => type.IsGenericType ? type.ToString() : type.Name;

    /// <summary>What is wrong, and what to do.</summary>
    private sealed record Problem(string Words, string Advice);
}
